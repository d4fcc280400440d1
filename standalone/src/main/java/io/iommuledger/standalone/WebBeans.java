package io.iommuledger.standalone;

import io.iommuledger.web.LoopbackGuard;
import io.iommuledger.web.ProblemAdvice;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The HTTP server and what both sides' REST shares. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({LoopbackGuard.class, ProblemAdvice.class})
class WebBeans {}
