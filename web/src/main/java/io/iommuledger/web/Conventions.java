package io.iommuledger.web;

import io.iommuledger.web.csv.CsvConverter;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Parameters that nobody knows are refused. Answers are JSON, and lists CSV if a parameter says so,
 * whatever Accept says: Spring looks at Accept after the handler has run, so a command would be carried out
 * and its answer refused.
 */
@Configuration(proxyBeanMethods = false)
public class Conventions implements WebMvcConfigurer {

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        // Before whoever asks for a parameter; behind those that only record.
        interceptors.addInterceptor(new KnownParameters()).order(Ordered.HIGHEST_PRECEDENCE + 1);
    }

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder converters) {
        converters.addCustomConverter(new CsvConverter());
    }

    @Override
    public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
        negotiation.strategies(List.of(new QueryFormat()));
    }
}
