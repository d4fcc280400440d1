/** What both sides' REST shares: problems (RFC 9457), reading request bodies, and the check of Host and Origin. */
@NullMarked
package io.iommuledger.web;

import org.jspecify.annotations.NullMarked;
