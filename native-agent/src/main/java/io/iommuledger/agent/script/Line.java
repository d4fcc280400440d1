package io.iommuledger.agent.script;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * One operation of a script: its words. Numbers are decimal, {@code 0x} hex or {@code 0} octal, unsigned; one beyond 64 bits
 * is the largest there is, as {@code strtoull} has it.
 */
record Line(String text, List<String> words) {
    private static final int CONTAINERS = 8;
    private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    static Line of(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return new Line(text, words);
    }

    String verb() {
        return words.getFirst();
    }

    String word(int index) {
        if (index >= words.size()) {
            throw new ScriptFault("operand " + index + " is missing: " + text);
        }
        return words.get(index);
    }

    List<String> from(int index) {
        return words.subList(Math.min(index, words.size()), words.size());
    }

    /** {@code c0} to {@code c7}. */
    int container() {
        String word = word(1);
        if (word.length() == 2 && word.charAt(0) == 'c') {
            int number = word.charAt(1) - '0';
            if (number >= 0 && number < CONTAINERS) {
                return number;
            }
        }
        throw new ScriptFault("no container '" + word + "', one of c0 to c7: " + text);
    }

    long number(int index) {
        return number(word(index));
    }

    long number(String word) {
        try {
            boolean hex = word.startsWith("0x") || word.startsWith("0X");
            boolean octal = !hex && word.length() > 1 && word.startsWith("0");
            BigInteger value = hex ? new BigInteger(word.substring(2), 16) : new BigInteger(word, octal ? 8 : 10);
            return value.min(LARGEST).longValue();
        } catch (NumberFormatException e) {
            throw new ScriptFault("no number '" + word + "': " + text);
        }
    }
}
