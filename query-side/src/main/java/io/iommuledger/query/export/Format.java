package io.iommuledger.query.export;

/** How a record is written for another system: a pure function of it, one line without its end. */
interface Format {

    /** The media type of lines in it. */
    String mediaType();

    String line(Exported record);
}
