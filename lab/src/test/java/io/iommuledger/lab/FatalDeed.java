package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.host.Step;
import io.iommuledger.standalone.Api;
import java.util.concurrent.CompletableFuture;

/** What is asked of the agent about the exporter when it dies. */
enum FatalDeed {
    HOT_RESET,
    FUNCTION_RESET,
    /** Switched off, and where the step comes only then, on again. */
    MEMORY,
    RELEASE;

    private static final String EXPORTER = "hosts/" + LabSystem.HOST + "/devices/" + LabSystem.EXPORTER;

    boolean reaches(Step step) {
        boolean ofRelease = step == Step.DROPPED || step == Step.CLOSED;
        return ofRelease == (this == RELEASE);
    }

    /** Asks for it; the answer comes when somebody knows how it ended. */
    CompletableFuture<Api.Reply> begin(Api api, String context, Step step) {
        return switch (this) {
            case HOT_RESET -> CompletableFuture.supplyAsync(() -> reset(api, "hot"));
            case FUNCTION_RESET -> CompletableFuture.supplyAsync(() -> reset(api, "function"));
            case MEMORY -> {
                boolean on = step == Step.RESTORING || step == Step.RESTORED;
                if (on) {
                    assertThat(memory(api, false).status()).isEqualTo(200);
                }
                yield CompletableFuture.supplyAsync(() -> memory(api, on));
            }
            case RELEASE ->
                CompletableFuture.supplyAsync(() -> api.delete(
                        "hosts/" + LabSystem.HOST + "/contexts/" + context + "/devices/" + LabSystem.EXPORTER));
        };
    }

    private static Api.Reply reset(Api api, String method) {
        return api.post(EXPORTER + "/resets", "{\"method\":\"" + method + "\"}");
    }

    private static Api.Reply memory(Api api, boolean enabled) {
        return api.put(EXPORTER + "/memory", "{\"enabled\":" + enabled + "}");
    }
}
