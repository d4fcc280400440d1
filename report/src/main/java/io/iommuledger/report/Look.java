package io.iommuledger.report;

/**
 * How a report looks to people.
 *
 * @param mostRows    of a table that are shown
 * @param mostLetters of a cell that are shown
 */
record Look(String style, int mostRows, int mostLetters) {
    private static final String COMMON = """
            body { font-family: 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif; color: #1a1a1a; }
            h1 { font-size: 1.7em; font-weight: normal; }
            h2 { font-size: 1.3em; font-weight: normal; border-bottom: 1px solid #767676; }
            h3 { font-size: 1em; font-weight: normal; color: #333333; margin-bottom: 0.3em; }
            table { border-collapse: collapse; }
            th, td { border: 1px solid #b0b0b0; padding: 0.15em 0.4em; text-align: left; vertical-align: top; }
            th { font-weight: normal; background: #eeeeee; }
            td { white-space: pre-wrap; word-wrap: break-word; }
            """;

    static final Look SCREEN = new Look(COMMON + """
            body { max-width: 80em; margin: 2em auto; padding: 0 1em; font-size: 15px; line-height: 1.4; }
            div.wide { overflow-x: auto; }
            svg { max-width: 100%; height: auto; font-family: inherit; }
            """, 1_000, 4_000);

    /** Fewer rows: a page of paper holds some thirty. */
    static final Look PAPER = new Look(COMMON + """
            @page { size: A4 landscape; margin: 14mm 12mm 16mm 12mm;
                @bottom-right { content: counter(page) ' / ' counter(pages); font-family: 'Liberation Sans'; font-size: 7pt; } }
            body { font-size: 8pt; line-height: 1.25; }
            table { table-layout: fixed; width: 100%; -fs-table-paginate: paginate; font-size: 6.5pt; }
            tr { page-break-inside: avoid; }
            h2, h3 { page-break-after: avoid; }
            th { word-wrap: break-word; }
            th.name { width: 18%; }
            svg { display: block; page-break-inside: avoid; }
            """, 100, 400);
}
