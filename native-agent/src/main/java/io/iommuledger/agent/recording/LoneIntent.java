package io.iommuledger.agent.recording;

import io.iommuledger.lifecycle.fact.Intent;

/** An intent of a former epoch that has no answer, because its agent ended before one was durable. */
public record LoneIntent(long epoch, long sequence, Intent intent) {}
