package io.iommuledger.query.report;

/**
 * A control of a standard about which a section gives evidence. Whether it is met is for an auditor to say: it depends on
 * more than this record.
 */
public enum Control {
    AU_2(Standard.NIST, "AU-2", "Event Logging"),
    AU_3(Standard.NIST, "AU-3", "Content of Audit Records"),
    AU_4(Standard.NIST, "AU-4", "Audit Log Storage Capacity"),
    AU_5(Standard.NIST, "AU-5", "Response to Audit Logging Process Failures"),
    AU_6(Standard.NIST, "AU-6", "Audit Record Review, Analysis, and Reporting"),
    AU_7(Standard.NIST, "AU-7", "Audit Record Reduction and Report Generation"),
    AU_8(Standard.NIST, "AU-8", "Time Stamps"),
    AU_9(Standard.NIST, "AU-9", "Protection of Audit Information"),
    AU_10(Standard.NIST, "AU-10", "Non-repudiation"),
    AU_11(Standard.NIST, "AU-11", "Audit Record Retention"),
    AU_12(Standard.NIST, "AU-12", "Audit Record Generation"),
    PCI_10_2(Standard.PCI, "10.2", ""),
    PCI_10_3(Standard.PCI, "10.3", ""),
    PCI_10_4(Standard.PCI, "10.4", ""),
    PCI_10_5(Standard.PCI, "10.5", ""),
    PCI_10_6(Standard.PCI, "10.6", ""),
    PCI_10_7(Standard.PCI, "10.7", ""),
    ISO_5_28(Standard.ISO, "A.5.28", "Collection of evidence"),
    ISO_8_15(Standard.ISO, "A.8.15", "Logging"),
    ISO_8_17(Standard.ISO, "A.8.17", "Clock synchronization");

    private final Standard standard;
    private final String id;
    private final String title;

    /** Who set it. */
    private enum Standard {
        NIST("NIST SP 800-53 Rev. 5"),
        PCI("PCI DSS v4.0"),
        ISO("ISO/IEC 27001:2022");

        private final String words;

        Standard(String words) {
            this.words = words;
        }
    }

    Control(Standard standard, String id, String title) {
        this.standard = standard;
        this.id = id;
        this.title = title;
    }

    public String standard() {
        return standard.words;
    }

    public String id() {
        return id;
    }

    /** Empty where the standard's own words are long; they are to be read there. */
    public String title() {
        return title;
    }
}
