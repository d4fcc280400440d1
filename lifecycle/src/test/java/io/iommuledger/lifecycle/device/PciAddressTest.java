package io.iommuledger.lifecycle.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PciAddressTest {

    /** Every int is the packed form of one address. */
    @Provide
    Arbitrary<PciAddress> addresses() {
        return Arbitraries.integers().map(PciAddress::unpack);
    }

    @Property
    void isReadAsItIsWrittenInEitherCase(@ForAll("addresses") PciAddress address) {
        assertThat(PciAddress.parse(address.toString())).isEqualTo(address);
        assertThat(PciAddress.parse(address.toString().toUpperCase(Locale.ROOT)))
                .isEqualTo(address);
    }

    @Property
    void isUnpackedAsItIsPacked(@ForAll int packed) {
        assertThat(PciAddress.unpack(packed).packed()).isEqualTo(packed);
    }

    @Property
    void sortsAsItsTextDoes(@ForAll("addresses") PciAddress a, @ForAll("addresses") PciAddress b) {
        assertThat(Integer.signum(a.compareTo(b)))
                .isEqualTo(Integer.signum(a.toString().compareTo(b.toString())));
    }

    @Test
    void isWrittenInHexWithAllItsDigits() {
        assertThat(new PciAddress(0, 0x3b, 0x1f, 7)).hasToString("0000:3b:1f.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "3b:00.0", "0000:3b:00.8", "0000:3b:20.0", "10000:3b:00.0", "0000:3b:00.0 ", "0000:3g:00.0"})
    void whatIsNoAddressIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PciAddress.parse(text));
    }
}
