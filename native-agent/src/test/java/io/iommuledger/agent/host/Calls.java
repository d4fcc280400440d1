package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.RecordedFact;
import java.util.List;

/** What holds for every stream: no answer without an intent, no intent without an answer. */
final class Calls {

    private Calls() {}

    /** Every intent is answered by the very next fact, which names it; sequences have no gap. */
    static void assertAnswered(List<RecordedFact> stream) {
        for (int i = 0; i < stream.size(); i++) {
            assertThat(stream.get(i).stamp().sequence()).isEqualTo(i);
            boolean asked = i > 0 && stream.get(i - 1).fact() instanceof Intent;
            if (stream.get(i).fact() instanceof Answer answer) {
                assertThat(asked).as("an intent before %s", answer).isTrue();
                assertThat(answer.intent()).isEqualTo(i - 1);
            } else {
                assertThat(asked)
                        .as("an answer to %s", stream.get(Math.max(0, i - 1)))
                        .isFalse();
            }
        }
        assertThat(stream.getLast().fact()).isNotInstanceOf(Intent.class);
    }
}
