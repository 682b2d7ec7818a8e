package dev.postern.check.http;

import dev.postern.check.agent.SocketProbe;
import dev.postern.net.PeerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to a GET without a token.
 *
 * @param body as much of it as is worth a look
 */
record HttpProbe(int status, String body) {

    private static final int TIMEOUT_MILLIS = 7_000;

    /** Bytes. */
    private static final int ENOUGH = 4096;

    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*?\r\n\r\n(.*)", Pattern.DOTALL);

    /** Over a Unix socket; the answer is JSON, or else none of ours. */
    static HttpProbe of(Path socket, String uri) throws IOException {
        String request = "GET " + uri + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        Matcher response = RESPONSE.matcher(SocketProbe.ask(socket, request, "}"));
        if (!response.matches()) {
            throw new PeerException("the answer is not HTTP");
        }
        return new HttpProbe(Integer.parseInt(response.group(1)), response.group(2));
    }

    /**
     * Over the network.
     *
     * @param certificate that the server has to have, whatever name it is for; null = not encrypted
     */
    static HttpProbe of(InetSocketAddress listen, String uri, @Nullable X509Certificate certificate)
            throws IOException {
        String scheme = certificate == null ? "http" : "https";
        URI whole = URI.create(scheme + "://" + host(listen.getAddress()) + ":" + listen.getPort() + uri);
        HttpURLConnection connection = (HttpURLConnection) whole.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection encrypted && certificate != null) {
            encrypted.setSSLSocketFactory(trusting(certificate));
            encrypted.setHostnameVerifier((name, session) -> true);
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        try {
            int status = connection.getResponseCode();
            if (connection instanceof HttpsURLConnection encrypted
                    && !encrypted.getServerCertificates()[0].equals(certificate)) {
                throw new SSLPeerUnverifiedException("another certificate");
            }
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new HttpProbe(
                        status, body == null ? "" : new String(body.readNBytes(ENOUGH), StandardCharsets.UTF_8));
            }
        } finally {
            connection.disconnect();
        }
    }

    /** A listener on all addresses is reached on this host. */
    private static String host(InetAddress address) {
        String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** This very certificate, and what it may have signed. */
    private static SSLSocketFactory trusting(X509Certificate certificate) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("agent", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
