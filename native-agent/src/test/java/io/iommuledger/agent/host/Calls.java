package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.RecordedFact;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What holds for every stream: no answer without an intent, no intent without an answer. */
final class Calls {

    private Calls() {}

    /** The intents of a batch are answered in their order by the facts that follow it; sequences have no gap. */
    static void assertAnswered(List<RecordedFact> stream) {
        ArrayDeque<Long> open = new ArrayDeque<>();
        boolean answering = false;
        for (int i = 0; i < stream.size(); i++) {
            RecordedFact recorded = stream.get(i);
            assertThat(recorded.stamp().sequence()).isEqualTo(i);
            switch (recorded.fact()) {
                case Intent intent -> {
                    assertThat(answering && !open.isEmpty())
                            .as("an intent among the answers of others: %s", intent)
                            .isFalse();
                    answering = false;
                    open.addLast((long) i);
                }
                case Answer answer -> {
                    answering = true;
                    assertThat(answer.intent()).as("%s", answer).isEqualTo(open.pollFirst());
                }
                case HostFact other ->
                    assertThat(open).as("unanswered before %s", other).isEmpty();
            }
        }
        assertThat(open).isEmpty();
    }

    /** Sequences of intents without an answer. */
    static List<Long> unanswered(List<RecordedFact> stream) {
        List<Long> open = new ArrayList<>();
        for (RecordedFact recorded : stream) {
            if (recorded.fact() instanceof Intent) {
                open.add(recorded.stamp().sequence());
            } else if (recorded.fact() instanceof Answer answer) {
                open.remove(answer.intent());
            }
        }
        return open;
    }
}
