/** Where records are read from: a database, or a file. Nothing that it says is believed. */
@NullMarked
package io.iommuledger.verify.source;

import org.jspecify.annotations.NullMarked;
