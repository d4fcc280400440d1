package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What a server is told and cannot do is refused before it has started or stored anything. */
class ServerOptionsTest {

    @ParameterizedTest
    @CsvSource({
        "--log-name, a+b, is no name of a key",
        "--log-name, '', is no name of a key",
        "--witness, '', is no witness",
        "--witness, nonsense, is no witness",
        "--witness, http://127.0.0.1:99999, a port up to 65535",
        "--witness, http:///w1, has no address",
        "--gateway, foo, expected HOST:PORT",
        "--gateway, '127.0.0.1:', expected HOST:PORT",
        "--gateway, 127.0.0.1:99999, expected HOST:PORT"
    })
    void whatIsNoneIsNamed(String option, String value, String words) {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse(option, value))
                .withMessageContaining(option)
                .withMessageContaining("'" + value + "'")
                .withMessageContaining(words);
    }

    @Test
    void aPasswordInTheAddressOfAWitnessIsRefusedAndNotShown() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--witness", "http://us:sekret@witness.example"))
                .withMessageContaining("witness.example")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("sekret"));
    }

    private static void parse(String option, String value) {
        new CommandLine(new CommandSideCommand()).parseArgs(option, value);
    }
}
