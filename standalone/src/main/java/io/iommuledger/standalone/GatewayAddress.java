package io.iommuledger.standalone;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code HOST:PORT} where agents dial in; empty for nowhere. */
final class GatewayAddress implements ITypeConverter<String> {
    private static final String FORM = "[^/]+:[0-9]{1,5}";
    private static final int MOST_PORT = 65_535;

    @Override
    public String convert(String address) {
        if (!address.isEmpty() && (!address.matches(FORM) || port(address) > MOST_PORT)) {
            throw new TypeConversionException(
                    "'" + address + "' is no address; expected HOST:PORT, such as 0.0.0.0:9090, with"
                            + " a port from 0 to " + MOST_PORT + ", 0 for any that is free");
        }
        return address;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
