package io.iommuledger.report;

import java.io.OutputStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes elements that are well-formed whatever is in them. */
final class Markup {
    private final XMLStreamWriter xml;

    Markup(OutputStream out) throws XMLStreamException {
        this.xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
    }

    void doctype() throws XMLStreamException {
        xml.writeDTD("<!DOCTYPE html>");
    }

    /** @param attributes names and values in turns */
    void begin(String element, String... attributes) throws XMLStreamException {
        xml.writeStartElement(element);
        attributes(attributes);
    }

    void empty(String element, String... attributes) throws XMLStreamException {
        xml.writeEmptyElement(element);
        attributes(attributes);
    }

    /** With words in it and nothing else. */
    void element(String element, String words, String... attributes) throws XMLStreamException {
        begin(element, attributes);
        words(words);
        end();
    }

    void words(String words) throws XMLStreamException {
        xml.writeCharacters(allowed(words));
    }

    void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    void line() throws XMLStreamException {
        xml.writeCharacters("\n");
    }

    void flush() throws XMLStreamException {
        xml.flush();
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], allowed(attributes[i + 1]));
        }
    }

    /** XML has no way to write most control characters. */
    private static String allowed(String text) {
        return text.codePoints().allMatch(Markup::isAllowed)
                ? text
                : text.codePoints()
                        .map(each -> isAllowed(each) ? each : 0xfffd)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isAllowed(int each) {
        return each == '\t'
                || each == '\n'
                || (each >= 0x20 && each < 0x7f)
                || (each >= 0xa0 && each < 0xd800)
                || (each >= 0xe000 && each < 0xfffe)
                || each > 0xffff;
    }
}
