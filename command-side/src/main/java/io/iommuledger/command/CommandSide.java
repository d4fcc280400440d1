package io.iommuledger.command;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** Everything of the command side; an application imports it. */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class CommandSide {}
