package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.evidence.Diagnosis;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.operation.Circumstances;
import java.util.Map;

/** A kernel's refusal as it is told: the cause that the agent knows, else those that it cannot rule out, else the likely ones. */
final class KernelAnswer {

    private KernelAnswer() {}

    static void put(KernelEvidence evidence, Circumstances circumstances, Map<String, Object> members) {
        members.put("refusedBy", "kernel");
        members.put("call", evidence.call());
        members.put("errno", evidence.errno().symbol());
        members.put("errnoNumber", evidence.errno().number());
        putIfKnown("refused", circumstances.refused(), members);
        Diagnosis diagnosis = diagnosis(evidence, circumstances);
        members.put("likelyCause", diagnosis.likelyCause());
        members.put("causeIsCertain", certain(circumstances));
        members.put("cure", diagnosis.cure());
        putIfKnown("left", circumstances.left(), members);
    }

    static String sentence(KernelEvidence evidence, Circumstances circumstances) {
        StringBuilder sentence = new StringBuilder(evidence.call() + " answered " + evidence.errno());
        if (!circumstances.refused().isEmpty()) {
            sentence.append(" for ").append(circumstances.refused());
        }
        Diagnosis diagnosis = diagnosis(evidence, circumstances);
        sentence.append(certain(circumstances) ? ". Cause: " : ". Likely cause: ")
                .append(diagnosis.likelyCause())
                .append(". What to do: ")
                .append(diagnosis.cure())
                .append('.');
        if (!circumstances.left().isEmpty()) {
            sentence.append(" What stands now: ").append(circumstances.left()).append('.');
        }
        return sentence.toString();
    }

    private static boolean certain(Circumstances circumstances) {
        return !circumstances.cause().isEmpty();
    }

    private static Diagnosis diagnosis(KernelEvidence evidence, Circumstances circumstances) {
        if (certain(circumstances)) {
            return new Diagnosis(circumstances.cause(), circumstances.cure());
        }
        return circumstances.likely().isEmpty()
                ? Diagnosis.of(evidence)
                : new Diagnosis(circumstances.likely(), circumstances.cure());
    }

    private static void putIfKnown(String name, String text, Map<String, Object> members) {
        if (!text.isEmpty()) {
            members.put(name, text);
        }
    }
}
