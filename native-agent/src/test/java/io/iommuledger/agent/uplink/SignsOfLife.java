package io.iommuledger.agent.uplink;

import io.grpc.stub.StreamObserver;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Says of a command side in a test that it is there, as a real one does every second. */
public final class SignsOfLife {
    private static final long PAUSE_MILLIS = 500;

    private SignsOfLife() {}

    /**
     * Until the call is over.
     *
     * @param lock under which the call is spoken to
     * @param over asked under the lock
     */
    public static void give(Object lock, StreamObserver<GatewayMessage> call, BooleanSupplier over) {
        Thread.ofVirtual().name("signs-of-life").start(() -> {
            boolean going = true;
            while (going) {
                pause();
                synchronized (lock) {
                    going = !over.getAsBoolean() && said(call);
                }
            }
        });
    }

    private static boolean said(StreamObserver<GatewayMessage> call) {
        try {
            call.onNext(GatewayMessage.getDefaultInstance());
            return true;
        } catch (RuntimeException hungUp) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
