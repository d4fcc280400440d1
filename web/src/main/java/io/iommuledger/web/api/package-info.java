/** The description of REST for machines, OpenAPI 3.1, and the page that shows it. */
@NullMarked
package io.iommuledger.web.api;

import org.jspecify.annotations.NullMarked;
