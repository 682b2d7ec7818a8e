package dev.postern.http;

import dev.postern.metrics.Metrics;

/** What is asked for by HTTP and known elsewhere. */
public record Services(Metrics metrics, Readiness.Source readiness) {}
