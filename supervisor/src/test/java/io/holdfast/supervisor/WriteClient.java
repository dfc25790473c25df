package io.holdfast.supervisor;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Writes row 1, 2, … through the VIP, repeating a row until it's acknowledged; then prints "number nanos". */
final class WriteClient {

    private WriteClient() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.setProperty("http.keepAlive", "false");
        for (long number = 1; ; number++) {
            while (!written(arguments[0] + "/write/" + number)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            System.out.println(number + " " + System.nanoTime());
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static boolean written(String address) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            connection.setConnectTimeout(300);
            connection.setReadTimeout(1000);
            int status = connection.getResponseCode();
            if (status != 200) {
                return false;
            }
            byte[] body = connection.getInputStream().readAllBytes();
            return new String(body, StandardCharsets.UTF_8).equals("written");
        } catch (IOException e) {
            return false;
        }
    }
}
