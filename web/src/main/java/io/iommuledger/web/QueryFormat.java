package io.iommuledger.web;

import io.iommuledger.web.csv.CsvConverter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * JSON, or what a parameter of the query says. Spring's own strategy would ask the request for the parameter, which eats
 * the body of whoever calls it a form, as curl does; and it is asked for every request, before its handler is known.
 */
final class QueryFormat implements ContentNegotiationStrategy {

    @Override
    public List<MediaType> resolveMediaTypes(NativeWebRequest request) {
        HttpServletRequest servlet = request.getNativeRequest(HttpServletRequest.class);
        return List.of(
                isCsv(servlet == null ? null : servlet.getQueryString())
                        ? CsvConverter.TYPE
                        : MediaType.APPLICATION_JSON);
    }

    private static boolean isCsv(@Nullable String query) {
        return query != null
                && KnownParameters.CSV.equals(UriComponentsBuilder.newInstance()
                        .query(query)
                        .build()
                        .getQueryParams()
                        .getFirst(KnownParameters.FORMAT));
    }
}
