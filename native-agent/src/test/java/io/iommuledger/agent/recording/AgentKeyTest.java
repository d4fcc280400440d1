package io.iommuledger.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.protocol.Signing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentKeyTest {

    @TempDir
    Path directory;

    @Test
    void aKeyIsMadeOnceAndReadByItsOwnerAlone() throws IOException {
        Path state = directory.resolve("fresh").resolve("state");
        AgentKey made = AgentKey.in(state);
        AgentKey again = AgentKey.in(state);
        assertThat(again.known()).isEqualTo(made.known());
        byte[] message = {1, 2};
        assertThat(Signing.verify(made.known(), message, again.sign(message))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("host-key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void twoStateDirectoriesHaveTwoKeys() throws IOException {
        assertThat(AgentKey.in(directory.resolve("a")).known())
                .isNotEqualTo(AgentKey.in(directory.resolve("b")).known());
    }

    @Test
    void aFileThatHoldsNoKeyIsNamedAndNotReplaced() throws IOException {
        AgentKey.in(directory.resolve("other"));
        String other = Files.readString(directory.resolve("other").resolve("host-key"));
        AgentKey.in(directory);
        Path file = directory.resolve("host-key");
        String own = Files.readString(file);
        String mixed = own.substring(0, own.indexOf("-----BEGIN PUBLIC"))
                + other.substring(other.indexOf("-----BEGIN PUBLIC"));
        for (String wrong : new String[] {"", "nothing", own.substring(0, own.length() / 2), mixed}) {
            Files.writeString(file, wrong);
            assertThatExceptionOfType(IOException.class)
                    .as(wrong)
                    .isThrownBy(() -> AgentKey.in(directory))
                    .withMessageContaining("no host key in " + file);
            assertThat(file).hasContent(wrong);
        }
    }
}
