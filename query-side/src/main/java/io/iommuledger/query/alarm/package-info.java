/** Answers about alarms. */
@NullMarked
package io.iommuledger.query.alarm;

import org.jspecify.annotations.NullMarked;
