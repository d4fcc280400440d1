/** Whether what a client has kept of an answer is still the answer: tags, If-None-Match, and how long to keep it unasked. */
@NullMarked
package io.iommuledger.query.freshness;

import org.jspecify.annotations.NullMarked;
