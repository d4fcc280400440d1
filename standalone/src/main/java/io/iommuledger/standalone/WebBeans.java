package io.iommuledger.standalone;

import io.iommuledger.web.Conventions;
import io.iommuledger.web.LoopbackGuard;
import io.iommuledger.web.ProblemAdvice;
import io.iommuledger.web.TaintAdvice;
import io.iommuledger.web.TomcatRefusals;
import io.iommuledger.web.access.AccessBeans;
import io.iommuledger.web.api.ApiBeans;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The HTTP server and what both sides' REST shares. */
@Configuration(proxyBeanMethods = false)
// Whatever is refused below Spring is TomcatRefusals' to tell.
@EnableAutoConfiguration(exclude = ErrorMvcAutoConfiguration.class)
@Import({
    AccessBeans.class,
    ApiBeans.class,
    Conventions.class,
    LoopbackGuard.class,
    ProblemAdvice.class,
    TaintAdvice.class,
    TomcatRefusals.class
})
class WebBeans {}
