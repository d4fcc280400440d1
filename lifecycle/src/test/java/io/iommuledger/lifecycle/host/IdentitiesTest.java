package io.iommuledger.lifecycle.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities are read as they are written, whatever dots and dashes a host's name has. */
class IdentitiesTest {

    @Provide
    Arbitrary<HostId> hosts() {
        Arbitrary<Character> first = Arbitraries.chars().range('a', 'c').range('0', '2');
        Arbitrary<String> rest = Arbitraries.strings().withChars("a1.-_").ofMaxLength(62);
        return Combinators.combine(first, rest).as((head, tail) -> new HostId(head + tail));
    }

    /** Ids have at most 18 digits, so that each fits into a long. */
    @Provide
    Arbitrary<Long> numbers() {
        return Arbitraries.longs().between(1, 999_999_999_999_999_999L);
    }

    @Property
    void aMappingId(@ForAll("hosts") HostId host, @ForAll("numbers") long epoch, @ForAll("numbers") long number) {
        MappingId id = new MappingId(host, epoch, number);
        assertThat(MappingId.parse(id.toString())).isEqualTo(id);
    }

    @Property
    void aContextId(@ForAll("numbers") long epoch, @ForAll("numbers") long number) {
        ContextId id = new ContextId(epoch, number);
        assertThat(ContextId.parse(id.toString())).isEqualTo(id);
    }

    @Property
    void aStreamId(@ForAll("hosts") HostId host, @ForAll("numbers") long epoch) {
        StreamId id = new StreamId(host, epoch);
        assertThat(StreamId.isStream(id.toString())).isTrue();
        assertThat(StreamId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @EnumSource
    void anAccess(DmaAccess access) {
        assertThat(DmaAccess.parse(access.text())).isEqualTo(access);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rack7",
                "rack7.3",
                "rack7.3-",
                ".3-15",
                "rack7.3-15 ",
                "rack 7.3-15",
                "rack7.3-1234567890123456789"
            })
    void whatIsNoMappingIdIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MappingId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host/",
                "host/1",
                "host//1",
                "host/rack7",
                "host/rack7/",
                "host/rack7/0",
                "rack7/1",
                "host/a/b/1"
            })
    void whatIsNoStreamIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> StreamId.parse(text));
    }
}
