//! HTTPS server on a loopback address with its own certificate.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\n\
                      content-length: 2\r\n\r\n{}";

/// Server that runs until the program ends.
pub(super) struct Server {
    address: String,
    root: PathBuf,
}

impl Server {
    /// Starts the server with a new P-256 certificate for `localhost`, signed by a new root.
    ///
    /// # Panics
    /// If the server cannot start.
    pub(super) fn start() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let root = std::env::temp_dir().join(format!("bench-{}-root.der", std::process::id()));
        std::fs::write(&root, authority.as_ref().der()).unwrap();

        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let config = Arc::clone(&config);
                // An error means that the client closed the connection.
                std::thread::spawn(move || drop(serve(connection, config)));
            }
        });
        Self { address, root }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// File with the root certificate to trust.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.root));
    }
}

/// Answers one connection's requests in order.
fn serve(connection: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(session, connection));
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            if line.is_empty() {
                break;
            }
        }
        io::copy(&mut stream.by_ref().take(length), &mut io::sink())?;
        stream.get_mut().write_all(ANSWER.as_bytes())?;
        stream.get_mut().flush()?;
    }
}
