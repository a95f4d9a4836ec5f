//! The command line: everything it does is in [`driftless::cli`].

fn main() -> std::process::ExitCode {
    driftless::cli::main()
}
