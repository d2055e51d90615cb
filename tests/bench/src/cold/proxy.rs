//! Proxy between a function and the emulator's Runtime API that records when the function first
//! requests an event and when it first answers. It delays every function equally.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::monotonic;

/// Times of a function's first requests, from [`monotonic`].
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Seen {
    pub(super) first_poll: Option<Duration>,
    pub(super) first_answer: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Proxy {
    address: SocketAddr,
    state: Arc<ProxyState>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct ProxyState {
    upstream: SocketAddr,
    seen: Mutex<Seen>,
    is_over: AtomicBool,
}

impl Proxy {
    pub(super) fn start(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, is_over) = (Mutex::default(), AtomicBool::new(false));
        let state = Arc::new(ProxyState { upstream, seen, is_over });
        let own = Arc::clone(&state);
        let accepting = Some(std::thread::spawn(move || accept(&listener, &own)));
        Self { address, state, accepting }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn seen(&self) -> Seen {
        *self.state.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::SeqCst);
        // Wakes the accepting thread.
        drop(TcpStream::connect(self.address));
        drop(self.accepting.take().map(JoinHandle::join));
    }
}

fn accept(listener: &TcpListener, state: &Arc<ProxyState>) {
    for connection in listener.incoming().map_while(Result::ok) {
        if state.is_over.load(Ordering::SeqCst) {
            return;
        }
        let state = Arc::clone(state);
        // Ends when either side closes the connection, for example because the function is killed.
        std::thread::spawn(move || drop(carry(connection, &state)));
    }
}

fn carry(mut function: TcpStream, state: &ProxyState) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    let mut length = function.read(&mut buffer)?;
    state.observe(&buffer[..length]);
    let mut emulator = TcpStream::connect(state.upstream)?;
    emulator.set_nodelay(true)?;
    function.set_nodelay(true)?;
    let (mut from, mut to) = (emulator.try_clone()?, function.try_clone()?);
    std::thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
    while length > 0 {
        emulator.write_all(&buffer[..length])?;
        length = function.read(&mut buffer)?;
        state.observe(&buffer[..length]);
    }
    emulator.shutdown(Shutdown::Both)
}

impl ProxyState {
    /// The runtime writes a request's head in one piece.
    fn observe(&self, bytes: &[u8]) {
        let now = monotonic::now();
        let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if line.starts_with(b"GET ") {
            seen.first_poll.get_or_insert(now);
        } else if line.starts_with(b"POST ") && line.ends_with(b"/response HTTP/1.1") {
            seen.first_answer.get_or_insert(now);
        }
    }
}
