package io.iommuledger.cli.export;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Syslog over UDP (RFC 5426), a datagram a message: they may be lost or come in another order, and nobody hears of it. */
final class UdpDestination implements Destination {
    /** Of a datagram of IPv4. */
    private static final int MOST_BYTES = 65_507;

    private final DatagramSocket socket;
    private final InetSocketAddress collector;
    private final Consumer<String> notes;
    private boolean noted;

    /** @param notes told once that a message was too long */
    UdpDestination(InetSocketAddress collector, Consumer<String> notes) throws IOException {
        this.socket = new DatagramSocket();
        this.collector = collector;
        this.notes = notes;
    }

    @Override
    public void take(List<String> lines) throws IOException {
        InetSocketAddress now = new InetSocketAddress(collector.getHostString(), collector.getPort());
        if (now.isUnresolved()) {
            throw new IOException("no address of " + collector.getHostString() + " is known");
        }
        for (String line : lines) {
            byte[] message = line.getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(message, fitting(message), now));
        }
    }

    private int fitting(byte[] message) {
        if (message.length <= MOST_BYTES) {
            return message.length;
        }
        if (!noted) {
            notes.accept("a message is longer than a datagram, and its end was cut off; over TCP none is");
            noted = true;
        }
        int end = MOST_BYTES;
        while ((message[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    @Override
    public boolean acknowledges() {
        return false;
    }

    @Override
    public void close() {
        socket.close();
    }
}
