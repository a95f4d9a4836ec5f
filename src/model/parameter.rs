/// A value that goes to a database beside the statement, not in it: nothing of it is read as SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter<'a> {
    Null,
    Whole(u64),
    Text(&'a str),
    Bytes(&'a [u8]),
}
