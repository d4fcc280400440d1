/** Who may speak for a host: keys, machines, alarms. */
@NullMarked
package io.iommuledger.command.enrolment;

import org.jspecify.annotations.NullMarked;
