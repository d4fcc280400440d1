package io.iommuledger.command;

import io.iommuledger.db.AppenderBeans;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Everything of the command side; an application imports it. */
@Configuration(proxyBeanMethods = false)
@ComponentScan
@Import(AppenderBeans.class)
public class CommandSide {}
