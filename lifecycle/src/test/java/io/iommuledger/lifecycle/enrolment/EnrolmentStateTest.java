package io.iommuledger.lifecycle.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnrolmentStateTest {
    private static final HostId HOST = new HostId("rack7");
    private static final HostKey KEY = key('A');
    private static final HostKey OTHER = key('B');

    private final Enrolment enrolment = new Enrolment(HOST);
    private long now;

    private static HostKey key(char fill) {
        return new HostKey(
                "MCowBQYDK2VwAyEA" + String.valueOf(fill).repeat(42) + "A=",
                new Fingerprint("SHA256:" + String.valueOf(fill).repeat(42) + "A"));
    }

    private void then(List<EnrolmentEvent> events) {
        events.forEach(enrolment::evolve);
        now++;
    }

    @Test
    void nobodySpeaksForAHostWithoutAKey() {
        assertThat(enrolment.judge(KEY.fingerprint(), "m")).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(AlarmKind.KEY_NOT_ENROLLED);
            assertThat(refused.text()).contains("no key is enrolled for host rack7");
        });
    }

    @Test
    void theFirstMachineOfTheKeyIsTheHostsUntilAMoveIsConfirmed() {
        then(enrolment.enrol(KEY.fingerprint(), PrincipalRef.of("p"), now));
        assertThat(enrolment.judge(KEY.fingerprint(), "any")).isEqualTo(new Verdict.Admitted());
        then(enrolment.admit(KEY, "m1", 1, now));
        assertThat(enrolment.admit(KEY, "m1", 2, now)).as("known").isEmpty();
        assertThat(enrolment.judge(KEY.fingerprint(), "m2"))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.kind()).isEqualTo(AlarmKind.OTHER_MACHINE));
        then(enrolment.confirmMove("m2", PrincipalRef.of("p"), now));
        assertThat(enrolment.judge(KEY.fingerprint(), "m2")).isEqualTo(new Verdict.Admitted());
        assertThat(enrolment.judge(KEY.fingerprint(), "m1")).isInstanceOf(Verdict.Refused.class);
        assertThat(enrolment.confirmMove("m2", PrincipalRef.of("p"), now))
                .as("it is there already")
                .isEmpty();
    }

    @Test
    void keysAreKeptWithTheirPeriods() {
        then(enrolment.enrol(KEY.fingerprint(), PrincipalRef.of("p"), now));
        then(enrolment.admit(KEY, "m1", 1, now));
        assertThat(enrolment.enrol(KEY.fingerprint(), PrincipalRef.of("q"), now))
                .as("again")
                .isEmpty();
        then(enrolment.enrol(OTHER.fingerprint(), PrincipalRef.of("q"), 10));
        then(enrolment.withdraw(PrincipalRef.of("r"), 20));
        assertThat(enrolment.key()).isEmpty();
        assertThat(enrolment.withdraw(PrincipalRef.of("r"), 30)).isEmpty();
        assertThat(enrolment.keys()).hasSize(2);
        assertThat(enrolment.keys().getFirst().key()).contains(KEY);
        assertThat(enrolment.keys().getFirst().untilNanos()).contains(10L);
        assertThat(enrolment.keys().getLast().key()).as("never proved").isEmpty();
        assertThat(enrolment.keys().getLast().untilNanos()).contains(20L);
    }

    @Test
    void theSameThingRaisesOneAlarmUntilItIsDealtWith() {
        then(enrolment.raise(AlarmKind.CONTRADICTION, "host/rack7/1", "t", now));
        assertThat(enrolment.raise(AlarmKind.CONTRADICTION, "host/rack7/1", "t", now))
                .isEmpty();
        then(enrolment.raise(AlarmKind.CONTRADICTION, "host/rack7/2", "t", now));
        then(enrolment.acknowledge(1, PrincipalRef.of("p"), now));
        assertThat(enrolment.acknowledge(1, PrincipalRef.of("p"), now))
                .as("over")
                .isEmpty();
        then(enrolment.raise(AlarmKind.CONTRADICTION, "host/rack7/1", "t", now));
        assertThat(enrolment.alarms().stream().map(alarm -> alarm.number() + " " + alarm.open()))
                .containsExactly("1 false", "2 true", "3 true");
    }

    @Test
    void whoeverMakesUpKeysDoesNotFillTheLog() {
        for (int n = 0; n < 100; n++) {
            then(enrolment.raise(AlarmKind.KEY_NOT_ENROLLED, "key " + n, "t", now));
        }
        assertThat(enrolment.alarms()).hasSize(16);
        then(enrolment.raise(AlarmKind.CONTRADICTION, "host/rack7/1", "t", now));
        assertThat(enrolment.alarms()).as("another kind is told of").hasSize(17);
    }

    @Test
    void whatIsNoKeyAndNoFingerprintIsRefused() {
        for (String wrong : List.of("", "MCowBQYDK2VwAyEAAAAA", "A".repeat(60))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new HostKey(wrong, KEY.fingerprint()));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint("SHA256:short"));
        assertThatIllegalArgumentException()
                .as("other bits behind the 32 bytes: another text of the same fingerprint")
                .isThrownBy(() -> new Fingerprint("SHA256:" + "A".repeat(42) + "B"))
                .withMessageContaining("43 characters of Base64");
    }
}
