package io.iommuledger.agent.uplink;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where command sides are, and which of them to dial. For one thread. */
public final class Gateways {
    private final List<String> addresses;
    private final List<ManagedChannel> channels;
    private int current;
    private int tried;

    private Gateways(List<String> addresses, List<ManagedChannel> channels) {
        this.addresses = addresses;
        this.channels = channels;
    }

    /** There is only one. */
    public static Gateways of(ManagedChannel channel) {
        return new Gateways(List.of(channel.authority()), List.of(channel));
    }

    /** @param byAddress at least one, in the order in which they are tried; the channels stay the caller's */
    public static Gateways of(Map<String, ManagedChannel> byAddress) {
        return new Gateways(List.copyOf(byAddress.keySet()), List.copyOf(byAddress.values()));
    }

    ManagedChannel channel() {
        return channels.get(current);
    }

    String address() {
        return addresses.get(current);
    }

    /**
     * Has the next dial connect anew: a channel that could not connect answers from memory for up to two minutes, whoever
     * listens by then.
     */
    void afresh() {
        channel().enterIdle();
    }

    /** The one that is dialled is right. */
    void welcomed() {
        tried = 0;
    }

    /**
     * Turns to another one.
     *
     * @param leader whom the last one said to ask, taken only if it is one of these
     * @return whether all have been tried since the last that was right: it is time to wait
     */
    boolean next(Optional<String> leader) {
        tried++;
        current = leader.map(this::index).filter(index -> index >= 0).orElse((current + 1) % addresses.size());
        if (tried < addresses.size()) {
            return false;
        }
        tried = 0;
        return true;
    }

    /** By the whole address, else by the machine: a command side may advertise itself without the gateway's port. */
    private int index(String leader) {
        int whole = addresses.indexOf(leader);
        if (whole >= 0) {
            return whole;
        }
        List<String> machines = addresses.stream().map(Gateways::machine).toList();
        int machine = machines.indexOf(machine(leader));
        return machine >= 0 && machine == machines.lastIndexOf(machine(leader)) ? machine : -1;
    }

    private static String machine(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
