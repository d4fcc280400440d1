/** A client that is generated from the description of REST, in use. */
@NullMarked
package io.iommuledger.restclient;

import org.jspecify.annotations.NullMarked;
