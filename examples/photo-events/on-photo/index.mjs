// The SDK is in Lambda's runtime.
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const { PEOPLE_TABLE, PHOTOS_URL } = process.env;
const EXTENSIONS = { jpeg: 'jpg', png: 'png', gif: 'gif' };
const client = new DynamoDBClient();

/**
 * Writes the URL of a person's photo, or removes it. Events come at least once and not always in order, so an older or a
 * repeated one changes nothing. The number stays when the photo goes, so that a late event cannot bring the photo back.
 */
export async function handler({ Records }) {
  for (const { Sns } of Records) {
    const event = JSON.parse(Sns.Message);
    const url = urlOf(event);
    await client
      .send(
        new UpdateItemCommand({
          TableName: PEOPLE_TABLE,
          Key: { user_id: { S: event.user_id } },
          UpdateExpression: url
            ? 'SET photo_number = :number, photo_url = :url'
            : 'SET photo_number = :number REMOVE photo_url',
          ConditionExpression: 'attribute_not_exists(photo_number) OR photo_number < :number',
          ExpressionAttributeValues: { ':number': { N: String(event.number) }, ...(url && { ':url': { S: url } }) },
        }),
      )
      .catch((error) => {
        if (error.name !== 'ConditionalCheckFailedException') throw error;
      });
  }
}

/** A square of 192 pixels, if there is a photo. */
function urlOf({ user_id, version, format, width_px, height_px }) {
  if (version === undefined) return undefined;
  return `${PHOTOS_URL}/p/${width_px}x${height_px}/${user_id}_${version}_192.${EXTENSIONS[format]}`;
}
