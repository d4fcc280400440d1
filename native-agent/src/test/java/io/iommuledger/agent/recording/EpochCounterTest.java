package io.iommuledger.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochCounterTest {

    @TempDir
    private Path directory;

    @Test
    void theFirstStartIsEpochOneAndMakesItsDirectory() throws IOException {
        Path fresh = directory.resolve("state").resolve("agent");
        assertThat(EpochCounter.next(fresh, 0)).isEqualTo(1);
        assertThat(fresh.resolve("epoch")).hasContent("1");
    }

    @Test
    void everyStartGetsTheNextNumber() throws IOException {
        Files.writeString(directory.resolve("epoch"), "41\n");
        assertThat(EpochCounter.next(directory, 0)).isEqualTo(42);
        assertThat(EpochCounter.next(directory, 0)).isEqualTo(43);
        assertThat(directory.resolve("epoch")).hasContent("43");
    }

    @Test
    void aStartThatDiedWhileItWroteCountsForNothing() throws IOException {
        Files.writeString(directory.resolve("epoch"), "7\n");
        Files.writeString(directory.resolve("epoch.new"), "9999999 and more");
        assertThat(EpochCounter.next(directory, 0)).isEqualTo(8);
        assertThat(directory).isDirectoryNotContaining("glob:**epoch.new");
    }

    /** As on a full disk. */
    @Test
    void whereNoNewFileCanBeWrittenTheOneThatIsThereIs() throws IOException {
        Files.writeString(directory.resolve("epoch"), "9\n");
        Files.createDirectories(directory.resolve("epoch.new").resolve("in the way"));
        assertThat(EpochCounter.next(directory, 0)).isEqualTo(10);
        assertThat(directory.resolve("epoch")).hasContent("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "seven", "7 8", "-3", "7.5", "9223372036854775807"})
    void aFileWithoutANumberStopsTheAgentAndSaysWhatToDo(String text) throws IOException {
        Files.writeString(directory.resolve("epoch"), text);
        assertThatIOException()
                .isThrownBy(() -> EpochCounter.next(directory, 0))
                .withMessage("the epoch file holds no number: " + directory.resolve("epoch") + " says '" + text
                        + "'; write into it a number above every epoch that this host has used");
        assertThat(directory.resolve("epoch")).hasContent(text);
    }

    @Test
    void anEpochThatTheJournalHasAlreadyStopsTheAgentAndSaysWhatToDo() throws IOException {
        Files.writeString(directory.resolve("epoch"), "3\n");
        assertThatIOException()
                .isThrownBy(() -> EpochCounter.next(directory, 8))
                .withMessageContaining("leads to epoch 4, the journal has epoch 7");
        assertThat(directory.resolve("epoch")).hasContent("3");
        assertThat(EpochCounter.next(directory, 4)).isEqualTo(4);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsAnIoException() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatIOException().isThrownBy(() -> EpochCounter.next(file.resolve("state"), 0));
    }
}
