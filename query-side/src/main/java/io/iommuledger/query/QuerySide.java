package io.iommuledger.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.MapperFeature;

/** Everything of the query side; an application imports it. */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class QuerySide {

    /** Members of an answer stand in the order of its record, the position first; what is not there is left out. */
    @Bean
    JsonMapperBuilderCustomizer answersInTheirOrder() {
        return mapper -> mapper.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(usual -> usual.withValueInclusion(JsonInclude.Include.NON_ABSENT));
    }
}
