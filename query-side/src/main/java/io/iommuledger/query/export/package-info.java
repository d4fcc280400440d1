/** The log for other systems: records as OCSF, CEF, RFC 5424 syslog and CloudEvents. */
@NullMarked
package io.iommuledger.query.export;

import org.jspecify.annotations.NullMarked;
