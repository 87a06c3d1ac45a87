package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.umlauts", external = true, routingKey = "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää")
record Umlauts(String file) {}
