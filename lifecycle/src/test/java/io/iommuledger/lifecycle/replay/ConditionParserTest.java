package io.iommuledger.lifecycle.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions as people write them. */
class ConditionParserTest {
    private static final HostId HOST = new HostId("rack7");
    private static final long SINCE = 1_000_000_000L;

    /** A page of the NIC's BAR, stale for exactly two seconds. */
    private static Condition.Moment moment() {
        Backing bar = new Backing.BarRange(PciAddress.parse("0000:3b:00.0"), 2, 0, 0);
        Mapping mapping = Mapping.requested(
                        new StreamId(HOST, 3), 15, 1, IovaRange.ofSize(0x1000, 0x1000), DmaAccess.READ, bar, 1)
                .in(MappingState.STALE, Cause.RESET, Source.INFERRED);
        return new Condition.Moment(new HostState(HOST), mapping, SINCE, SINCE + 2_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zombie                                        | true",
                "exposes and ZOMBIE                            | true",
                "zombie and age > 2s                           | false",
                "zombie and age >= 2s                          | true",
                "age > 1999ms and not age > 2000ms             | true",
                "age<=2s                                       | true",
                "age < 2s                                      | false",
                "device = 0000:3b:00.0                         | true",
                "exporter = 0000:3B:00.0                       | true",
                "importer = 0000:3b:00.0                       | false",
                "device != 0000:3b:00.0                        | false",
                "iova overlaps 0x1000-0x1fff                   | true",
                "iova overlaps 0x2000-0xffffffffffffffff       | false",
                "iova = 8191                                   | true",
                "state = stale                                 | true",
                "state != STALE or cause = RESET               | true",
                "host = rack8                                  | false",
                "mapping = rack7.3-15 and context = 3-1        | true",
                "source = OBSERVED                             | false",
                "not (host = rack8 or host = rack9)            | true",
                "host = rack8 and host = rack7 or host = rack7 | true",
                "host = rack8 and (host = rack7 or zombie)     | false",
                "not not zombie                                | true",
                "not host = rack8 and host = rack9             | false"
            })
    void meetsOrNot(String text, boolean meets) {
        assertThat(ConditionParser.parse(text).meets(moment())).isEqualTo(meets);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"                               | 0  | the condition ends",
                "zombie and                       | 10 | the condition ends",
                "zombie zombie                    | 7  | expected and, or, or the end",
                "(zombie                          | 7  | expected ')'",
                "size > 2                         | 0  | 'size'",
                "age = 2s                         | 4  | expected one of > >= < <=",
                "age > 2                          | 6  | expected a duration",
                "age > 999999999999d              | 6  | less than 292 years",
                "state = SLEEPING                 | 8  | expected one of [REQUESTED",
                "device = 3b:00.0                 | 9  | not a PCI address",
                "iova overlaps 0x2000-0x1000      | 14 | not below its start",
                "iova overlaps 0xg                | 14 | expected addresses",
                "iova = 0x1000-0x1fff             | 7  | expected an address",
                "zombie & exposes                 | 7  | '&'",
                "host rack7                       | 5  | expected = or !="
            })
    void saysWhereItCannotBeRead(String text, int place, String detail) {
        assertThatThrownBy(() -> ConditionParser.parse(text))
                .isInstanceOfSatisfying(
                        BadCondition.class, bad -> assertThat(bad.place()).isEqualTo(place))
                .hasMessageContaining(detail);
    }
}
