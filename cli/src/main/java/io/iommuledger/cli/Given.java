package io.iommuledger.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * What the command line says of the question.
 *
 * @param argument   what is not an option
 * @param parameters values of filters, by the name of their parameter
 */
record Given(Optional<String> argument, Map<String, String> parameters) {

    static Given of(ParseResult line, List<Filter> filters) {
        Map<String, String> parameters = new HashMap<>();
        for (Filter filter : filters) {
            if (line.hasMatchedOption("--" + filter.option())) {
                Object value = line.matchedOption("--" + filter.option()).getValue();
                parameters.put(filter.parameter(), value.toString());
            }
        }
        return new Given(Optional.ofNullable(line.matchedPositionalValue(0, null)), parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
