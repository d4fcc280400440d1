package io.iommuledger.verify.check;

/** What is said of a sequence that is not the next one. */
final class StreamOrder {

    private StreamOrder() {}

    static Finding broken(long position, String stream, long wanted, long found) {
        String text = found > wanted
                ? stream + " goes on with sequence " + found + " here, and " + wanted
                        + (found - wanted == 1 ? " is" : " to " + (found - 1) + " are") + " missing before it"
                : stream + " has sequence " + found + " here, behind " + (wanted - 1);
        return Finding.at(position, Evidence.SEQUENCES, text);
    }
}
