package shop;

import dev.tenon.jobs.annotation.Signal;
import java.io.InputStream;

@Signal("order.paid")
record OrderPaid(String paymentId, InputStream receipt) {}
