/* JavaPeer server STORE TLS | client PORT TLS: JSSE, SSLSocket.close. */
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

public class JavaPeer {
    static final byte[] BODY = ("x".repeat(1000000) + "the end\n").getBytes();
    static final byte[] BIG = ("x".repeat(8000000) + "the end\n").getBytes();
    static final byte[] HELLO = "hello, the end\n".getBytes();

    static final TrustManager ANYONE = new X509TrustManager() {
        public void checkClientTrusted(X509Certificate[] chain, String type) { }
        public void checkServerTrusted(X509Certificate[] chain, String type) { }
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    };

    static String converse(SSLSocket socket, boolean client) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        if (client) {
            out.write(HELLO);
        }
        StringBuilder text = new StringBuilder();
        byte[] piece = new byte[4096];
        while (true) {
            int n = in.read(piece);
            if (n > 0) {
                text.append(new String(piece, 0, n, StandardCharsets.ISO_8859_1));
            }
            String told = text.length() < 10 ? text.toString() : "";
            if (!client && told.equals("keep\n")) {
                out.write(HELLO);
                text.setLength(0);
            } else if (!client && told.equals("close\n")) {
                out.write(BODY);
                return "closing";
            } else if (told.equals("big\n")) {
                out.write(BIG);
                return "closing";
            } else if (told.equals("bye\n")) {
                return "closing";
            } else if (n < 0) {
                if (told.equals("half\n") || told.equals("more\n")) {
                    out.write(BODY);
                }
                return "end after " + text.length() + " bytes";
            }
        }
    }

    static SSLContext context(String store) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        if (store != null) {
            KeyStore loaded = KeyStore.getInstance("PKCS12");
            loaded.load(new FileInputStream(store), "endwell".toCharArray());
            keys.init(loaded, "endwell".toCharArray());
        }
        context.init(store == null ? null : keys.getKeyManagers(), new TrustManager[] {ANYONE},
                     null);
        return context;
    }

    static SSLSocket connected(String[] args, boolean client) throws Exception {
        InetAddress here = InetAddress.getByName("127.0.0.1");
        if (client) {
            return (SSLSocket) context(null).getSocketFactory().createSocket(
                here, Integer.parseInt(args[1]));
        }
        SSLServerSocket listener = (SSLServerSocket) context(args[1]).getServerSocketFactory()
            .createServerSocket(0, 1, here);
        System.out.println("port " + listener.getLocalPort());
        return (SSLSocket) listener.accept();
    }

    public static void main(String[] args) throws Exception {
        boolean client = args[0].equals("client");
        int status = 0;
        try (SSLSocket socket = connected(args, client)) {
            socket.setEnabledProtocols(new String[] {"TLSv" + args[2]});
            System.out.println(converse(socket, client));
        } catch (IOException error) {
            System.out.println("error: " + error);
            status = 1;
        }
        System.exit(status);
    }
}
