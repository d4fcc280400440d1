package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The fold of a host's enrolment, and the decisions that go by it. Those return what is to be stored, and change nothing.
 */
public final class Enrolment {
    /** Every host's stream begins so. */
    public static final String PREFIX = "enrolment/";

    /** Whoever reaches the gateway can make keys; beyond these nothing more is stored of one host. */
    private static final int MOST_OPEN_OF_A_KIND = 16;

    private final HostId host;
    private final List<KeyPeriod> keys = new ArrayList<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private Optional<String> machineId = Optional.empty();
    private long nextSequence;

    public Enrolment(HostId host) {
        this.host = host;
    }

    public static String streamOf(HostId host) {
        return PREFIX + host;
    }

    public static boolean isStream(String stream) {
        return stream.startsWith(PREFIX);
    }

    public HostId host() {
        return host;
    }

    /** Of the stream's next event. */
    public long nextSequence() {
        return nextSequence;
    }

    /** The key that is the host's now. */
    public Optional<KeyPeriod> key() {
        return keys.isEmpty() || keys.getLast().untilNanos().isPresent()
                ? Optional.empty()
                : Optional.of(keys.getLast());
    }

    /** All that ever were, oldest first. */
    public List<KeyPeriod> keys() {
        return List.copyOf(keys);
    }

    /** The machine that the host is; empty until an agent came. */
    public Optional<String> machineId() {
        return machineId;
    }

    /** Whether an operator or an agent that may speak has ever had to do with it; who only knocks has not. */
    public boolean known() {
        return !keys.isEmpty() || machineId.isPresent();
    }

    /** Oldest first. */
    public List<Alarm> alarms() {
        return List.copyOf(alarms);
    }

    /** Whether an agent has spoken for the host from that machine and was refused. */
    public boolean heardFrom(String machineId) {
        return alarms.stream().anyMatch(alarm -> alarm.about(AlarmKind.OTHER_MACHINE, machineId));
    }

    public Optional<Alarm> alarm(long number) {
        return alarms.stream().filter(alarm -> alarm.number() == number).findFirst();
    }

    public Optional<Alarm> openAlarm(AlarmKind kind, String subject) {
        return alarms.stream()
                .filter(alarm -> alarm.open() && alarm.about(kind, subject))
                .findFirst();
    }

    public Enrolment evolve(EnrolmentEvent event) {
        switch (event) {
            case KeyEnrolled e -> {
                endKey(e.atNanos());
                keys.add(
                        new KeyPeriod(e.fingerprint(), e.atNanos(), e.principal(), Optional.empty(), Optional.empty()));
                endAlarms(
                        alarm -> alarm.about(
                                AlarmKind.KEY_NOT_ENROLLED, e.fingerprint().value()),
                        new Alarm.End(e.atNanos(), e.principal(), "the key was enrolled"));
            }
            case KeyWithdrawn e -> endKey(e.atNanos());
            case AgentAdmitted e -> {
                machineId = Optional.of(e.machineId());
                key().filter(period -> period.fingerprint().equals(e.key().fingerprint()))
                        .ifPresent(period -> keys.set(keys.size() - 1, period.proved(e.key())));
            }
            case MoveConfirmed e -> {
                machineId = Optional.of(e.machineId());
                endAlarms(
                        alarm -> alarm.about(AlarmKind.OTHER_MACHINE, e.machineId()),
                        new Alarm.End(e.atNanos(), e.principal(), "the move was confirmed"));
            }
            case AlarmRaised e ->
                alarms.add(new Alarm(e.number(), e.kind(), e.subject(), e.text(), e.atNanos(), Optional.empty()));
            case AlarmAcknowledged e ->
                endAlarms(
                        alarm -> alarm.number() == e.number(),
                        new Alarm.End(e.atNanos(), e.principal(), "acknowledged"));
        }
        nextSequence++;
        return this;
    }

    /** An event of a newer version, without meaning to this one. */
    public void passOver() {
        nextSequence++;
    }

    private void endKey(long atNanos) {
        key().ifPresent(period -> keys.set(keys.size() - 1, period.until(atNanos)));
    }

    private void endAlarms(Predicate<Alarm> which, Alarm.End end) {
        alarms.replaceAll(alarm -> alarm.open() && which.test(alarm) ? alarm.ended(end) : alarm);
    }

    public List<EnrolmentEvent> enrol(Fingerprint fingerprint, PrincipalRef principal, long atNanos) {
        return key().filter(period -> period.fingerprint().equals(fingerprint)).isPresent()
                ? List.of()
                : List.of(new KeyEnrolled(host, atNanos, principal, fingerprint));
    }

    public List<EnrolmentEvent> withdraw(PrincipalRef principal, long atNanos) {
        return key().map(period ->
                        List.<EnrolmentEvent>of(new KeyWithdrawn(host, atNanos, principal, period.fingerprint())))
                .orElse(List.of());
    }

    public List<EnrolmentEvent> confirmMove(String to, PrincipalRef principal, long atNanos) {
        return machineId.equals(Optional.of(to)) ? List.of() : List.of(new MoveConfirmed(host, atNanos, principal, to));
    }

    /** Whether an agent that holds a key may speak from a machine. */
    public Verdict judge(Fingerprint fingerprint, String machine) {
        Optional<KeyPeriod> enrolled = key();
        if (enrolled.filter(period -> period.fingerprint().equals(fingerprint)).isEmpty()) {
            AlarmKind kind = AlarmKind.KEY_NOT_ENROLLED;
            String has = enrolled.map(period -> "another key is enrolled for host " + host + ", " + period.fingerprint()
                            + "; this agent's is ")
                    .orElse("no key is enrolled for host " + host + "; this agent's is ");
            return new Verdict.Refused(
                    kind,
                    fingerprint.value(),
                    has + fingerprint + ". An operator is to " + kind.whatToDo(host, fingerprint.value()));
        }
        if (machineId.filter(known -> !known.equals(machine)).isPresent()) {
            return new Verdict.Refused(
                    AlarmKind.OTHER_MACHINE,
                    machine,
                    "host " + host + " is machine '" + machineId.get() + "', and this agent runs on '" + machine + "': "
                            + AlarmKind.OTHER_MACHINE.whatToDo(host, machine));
        }
        return new Verdict.Admitted();
    }

    /** What is learned of an agent that may speak. */
    public List<EnrolmentEvent> admit(HostKey key, String machine, long epoch, long atNanos) {
        boolean known = key().flatMap(KeyPeriod::key).isPresent() && machineId.isPresent();
        return known ? List.of() : List.of(new AgentAdmitted(host, atNanos, key, machine, epoch));
    }

    public List<EnrolmentEvent> raise(AlarmKind kind, String subject, String text, long atNanos) {
        long open = alarms.stream()
                .filter(alarm -> alarm.open() && alarm.kind() == kind)
                .count();
        return openAlarm(kind, subject).isPresent() || open >= MOST_OPEN_OF_A_KIND
                ? List.of()
                : List.of(new AlarmRaised(host, atNanos, alarms.size() + 1L, kind, subject, text));
    }

    public List<EnrolmentEvent> acknowledge(long number, PrincipalRef principal, long atNanos) {
        return alarms.stream().anyMatch(alarm -> alarm.open() && alarm.number() == number)
                ? List.of(new AlarmAcknowledged(host, atNanos, principal, number))
                : List.of();
    }
}
