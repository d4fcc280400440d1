package io.iommuledger.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Trees are what Jackson's own mapper would make. */
class TreesTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Property
    void aTreeSaysWhatItsTextDoes(@ForAll("documents") Object document) {
        String text = MAPPER.writeValueAsString(document);
        assertThat(MAPPER.writeValueAsString(Trees.read(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\"}", "[1,]", "nope", "{\"a\":1}}"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> Trees.read(text)).isInstanceOf(JacksonException.class);
    }

    @Provide
    Arbitrary<Object> documents() {
        return documents(3);
    }

    private static Arbitrary<Object> documents(int depth) {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(10).asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.of(true, false).asGeneric(),
                Arbitraries.of(new BigInteger("18446744073709551615"), BigInteger.TWO.pow(70))
                        .asGeneric(),
                Arbitraries.of(new BigDecimal("1.5"), new BigDecimal("-0.25")).asGeneric());
        if (depth == 0) {
            return leaf;
        }
        return Arbitraries.oneOf(
                leaf,
                documents(depth - 1).list().ofMaxSize(3).asGeneric(),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), documents(depth - 1))
                        .ofMaxSize(3)
                        .asGeneric());
    }
}
