package io.iommuledger.web.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A handler that shows nothing of what was audited, so that asking it is no access. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Unrecorded {
    /** Why it shows nothing. */
    String value();
}
