package io.iommuledger.query.report;

import java.util.List;
import java.util.Set;

/**
 * What a section is.
 *
 * @param id       for programs; no other section has it
 * @param kinds    reports in which it stands
 * @param controls about which it gives evidence
 */
public record Heading(String id, String title, Set<Kind> kinds, List<Control> controls) {

    public static Heading of(String id, String title, Set<Kind> kinds, Control... controls) {
        return new Heading(id, title, kinds, List.of(controls));
    }
}
