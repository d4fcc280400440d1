/** Which agent may speak for a host: keys, machines, and the alarms about those that may not. */
@NullMarked
package io.iommuledger.lifecycle.enrolment;

import org.jspecify.annotations.NullMarked;
